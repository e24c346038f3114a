import type { Command } from "../command.ts";
import { ANGIO_COMMANDS, type AngioRoomContext } from "./angio-commands.ts";
import { ANGIO_PANELS } from "./angio-panels.ts";

/** Everything that can be done in the room, its panels among it. */
export const ROOM_COMMANDS: readonly Command<AngioRoomContext>[] = [
  ...ANGIO_COMMANDS,
  ...ANGIO_PANELS.map((panel) => ({
    id: `panel.${panel.id}`,
    says: `Panel: ${panel.name}`,
    when: panel.fits,
    run: ({ angio }: AngioRoomContext) => angio.openPanel(panel.id),
  })),
];
