/** The viewer: what the pages mount. */
export { AngioRoom, type AngioRoomProps } from "./angio/angio-room.tsx";
export { type HangingPlan, hang } from "./hanging/hang.ts";
export { WallRoom } from "./hanging/wall-room.tsx";
export type { MoveInput } from "./maps/map-layer.tsx";
export { ReadingRoom, type ReadingRoomProps } from "./reading-room.tsx";
