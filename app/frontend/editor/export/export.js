/** The diagram as a file to keep or print: BPMN, SVG, PNG or PDF. A picture is always drawn for white paper. */
import { pdfOf } from './pdf.js';

const PAPER = { vlak: '#ffffff', lijn: '#22242a', tekst: '#1a232b' };
const SHARPNESS = 2;
const MOST_PIXELS = 40_000_000;

/** @param {any} modeler @param {string} name without its ending @param {'bpmn' | 'svg' | 'png' | 'pdf'} kind */
export async function exportAs(modeler, name, kind) {
  download(await contentOf(modeler, name, kind), `${name}.${kind}`);
}

async function contentOf(modeler, name, kind) {
  if (kind === 'bpmn') {
    const { xml } = await modeler.saveXML({ format: true });
    return new Blob([xml], { type: 'application/xml' });
  }
  const svg = onPaper((await modeler.saveSVG()).svg);
  if (kind === 'svg') {
    return new Blob([svg], { type: 'image/svg+xml' });
  }
  const canvas = await drawn(svg);
  if (kind === 'png') {
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  }
  const picture = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Blob([await pdfOf(picture, name)], { type: 'application/pdf' });
}

/** The colours of the page are custom properties, which a file by itself does not have. */
export function onPaper(svg) {
  return svg.replace(/var\(--cr-diagram-(vlak|lijn|tekst)\)/g, (all, which) => PAPER[which]);
}

async function drawn(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const sharpness = Math.min(SHARPNESS, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(image.width * sharpness);
  canvas.height = Math.ceil(image.height * sharpness);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
