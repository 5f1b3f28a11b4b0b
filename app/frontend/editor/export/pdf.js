/** A PDF of one page with one picture, by hand: the format is small, and no library is needed for this. */
const A4 = [595, 842];
const A3 = [842, 1191];
const MARGIN = 36;

/**
 * @param {{width: number, height: number, data: Uint8ClampedArray}} picture RGBA
 * @param {string} title
 * @returns {Promise<Uint8Array>}
 */
export async function pdfOf(picture, title) {
  const { page, place } = layout(picture);
  const pixels = await deflate(withoutAlpha(picture.data));
  const drawing = `q ${place.width.toFixed(2)} 0 0 ${place.height.toFixed(2)} ${place.x.toFixed(2)} ${place.y.toFixed(2)} cm /Tekening Do Q`;
  const objects = [
    ascii('<< /Type /Catalog /Pages 2 0 R /Lang (nl) /ViewerPreferences << /DisplayDocTitle true >> >>'),
    ascii('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    ascii(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page[0]} ${page[1]}] /Resources << /XObject << /Tekening 4 0 R >> >> /Contents 5 0 R >>`),
    stream(`/Type /XObject /Subtype /Image /Width ${picture.width} /Height ${picture.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode`, pixels),
    stream('', ascii(drawing)),
    ascii(`<< /Title ${text(title)} /Producer (Casusroute) >>`),
  ];
  return assemble(objects);
}

/** The picture as large as fits, lying or standing; on A3 when A4 would make it too small to read. */
function layout({ width, height }) {
  const large = Math.max(width, height) > 1600;
  const [short, long] = large ? A3 : A4;
  const page = width >= height ? [long, short] : [short, long];
  const scale = Math.min((page[0] - 2 * MARGIN) / width, (page[1] - 2 * MARGIN) / height);
  const place = { width: width * scale, height: height * scale };
  return { page, place: { ...place, x: (page[0] - place.width) / 2, y: page[1] - MARGIN - place.height } };
}

function withoutAlpha(data) {
  const plain = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    plain[to] = data[from];
    plain[to + 1] = data[from + 1];
    plain[to + 2] = data[from + 2];
  }
  return plain;
}

async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function ascii(string) {
  return Uint8Array.from(string, (character) => character.charCodeAt(0) & 0xff);
}

/** UTF-16 as hexadecimal: any name can stand in it, and nothing has to be escaped. */
function text(string) {
  const codes = [...Array(string.length).keys()].map((place) => string.charCodeAt(place).toString(16).padStart(4, '0'));
  return `<feff${codes.join('')}>`;
}

function stream(entries, bytes) {
  return join([ascii(`<< ${entries} /Length ${bytes.length} >>\nstream\n`), bytes, ascii('\nendstream')]);
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}

function assemble(objects) {
  const parts = [Uint8Array.from([...'%PDF-1.4\n%'].map((one) => one.charCodeAt(0)).concat([0xe2, 0xe3, 0xcf, 0xd3, 0x0a]))];
  const offsets = [];
  let length = parts[0].length;
  const add = (bytes) => {
    parts.push(bytes);
    length += bytes.length;
  };
  objects.forEach((object, index) => {
    offsets.push(length);
    add(join([ascii(`${index + 1} 0 obj\n`), object, ascii('\nendobj\n')]));
  });
  const start = length;
  const rows = offsets.map((one) => `${String(one).padStart(10, '0')} 00000 n \n`).join('');
  add(ascii(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`));
  add(ascii(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${start}\n%%EOF\n`));
  return join(parts);
}
