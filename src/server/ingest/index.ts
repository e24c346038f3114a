export { settleArrivals } from "./arrivals.ts";
export { type FailedFile, storeFolder } from "./store-folder.ts";
export { type Origin, type StoreResult, storeObject } from "./store-object.ts";
export { storeZip } from "./store-zip.ts";
