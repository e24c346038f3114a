import { CINE_COMMANDS } from "./cine/commands.ts";
import type { Command } from "./command.ts";
import { DISPLAY_COMMANDS } from "./display/limitations-shown.ts";
import { READING_PANELS } from "./hanging/reading-panels.ts";
import { ROOM_COMMANDS } from "./hanging/room-commands.ts";
import type { ReadingContext } from "./hanging/room-controls.ts";
import { MEASURE_COMMANDS } from "./measure/commands.ts";
import { VOLUME_COMMANDS } from "./volumes/commands.ts";

const PANEL_COMMANDS: readonly Command<ReadingContext>[] = READING_PANELS.map((panel) => ({
  id: `panel.${panel.id}`,
  says: `Panel: ${panel.name}`,
  when: panel.fits,
  run: ({ room }) => room.openPanel(panel.id),
}));

/** Everything a reader can do in the reading room. A folder of the viewer adds its own list here. */
export const READING_COMMANDS: readonly Command<ReadingContext>[] = [
  ...ROOM_COMMANDS,
  ...MEASURE_COMMANDS,
  ...CINE_COMMANDS,
  ...DISPLAY_COMMANDS,
  ...VOLUME_COMMANDS,
  ...PANEL_COMMANDS,
];
