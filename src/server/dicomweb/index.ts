import type { Route } from "../http/route.ts";
import { bulkdataRoutes } from "./bulkdata.ts";
import { capabilitiesRoutes } from "./capabilities.ts";
import { frameRoutes } from "./frames.ts";
import { metadataRoutes } from "./metadata.ts";
import { qidoRoutes } from "./qido.ts";
import { renderedRoutes } from "./rendered.ts";
import { retrieveRoutes } from "./retrieve.ts";
import { stowRoutes } from "./stow.ts";
import { wadoUriRoutes } from "./wado-uri.ts";

const SERVICE: readonly Route[] = [
  ...stowRoutes,
  ...qidoRoutes,
  ...metadataRoutes,
  ...retrieveRoutes,
  ...frameRoutes,
  ...bulkdataRoutes,
  ...renderedRoutes,
];

/** DICOMweb (PS3.18): every route under /dicom-web, what they can do, and the URI service beside them. */
export const dicomwebRoutes: readonly Route[] = [...SERVICE, ...capabilitiesRoutes(SERVICE), ...wadoUriRoutes];
