/** What can be drawn: only what Casusroute executes. */
import { AppendMenu } from './append_menu.js';
import { OurContextPad } from './context_pad.js';
import { OurPalette } from './palette.js';
import { OnlyWhatRuns } from './replace_menu.js';

export const offerModule = {
  __init__: ['paletteProvider', 'ourContextPad', 'appendMenu', 'onlyWhatRuns'],
  paletteProvider: ['type', OurPalette],
  ourContextPad: ['type', OurContextPad],
  appendMenu: ['type', AppendMenu],
  onlyWhatRuns: ['type', OnlyWhatRuns],
};
