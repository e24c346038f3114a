import type { FastifyRequest } from "fastify";

/** Where this server's DICOMweb stands, as the client sees it. */
export function baseUrl(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}/dicom-web`;
}
