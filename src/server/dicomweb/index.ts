import type { Route } from "../http/route.ts";
import { bulkdataRoutes } from "./bulkdata.ts";
import { frameRoutes } from "./frames.ts";
import { metadataRoutes } from "./metadata.ts";
import { qidoRoutes } from "./qido.ts";
import { renderedRoutes } from "./rendered.ts";
import { retrieveRoutes } from "./retrieve.ts";
import { stowRoutes } from "./stow.ts";

/** DICOMweb (PS3.18): every route under /dicom-web. */
export const dicomwebRoutes: readonly Route[] = [
  ...stowRoutes,
  ...qidoRoutes,
  ...metadataRoutes,
  ...retrieveRoutes,
  ...frameRoutes,
  ...bulkdataRoutes,
  ...renderedRoutes,
];
