export { type Origin, type StoreResult, storeObject } from "./store-object.ts";
