import { readFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type SecureContextOptions } from "node:tls";

/** Key and certificates of DIMSE over TLS, PEM. */
export interface TlsFiles {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** Who signs the certificates of peers; null: those that the system trusts. */
  readonly ca: Buffer | null;
  /** A caller must show a certificate of that authority. */
  readonly mutual: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * From WILLIS_DIMSE_TLS_KEY, _CERT, _CA (paths of PEM files) and WILLIS_DIMSE_TLS_MUTUAL (1: callers need a certificate).
 * Null when neither key nor certificate is given. Throws with the name of the variable that is missing or unreadable.
 */
export async function tlsFiles(env: Env): Promise<TlsFiles | null> {
  const { WILLIS_DIMSE_TLS_KEY: key, WILLIS_DIMSE_TLS_CERT: cert, WILLIS_DIMSE_TLS_CA: ca } = env;
  const mutual = env.WILLIS_DIMSE_TLS_MUTUAL === "1";
  if (!key && !cert) return null;
  if (!key || !cert) throw new Error(`WILLIS_DIMSE_TLS_${key ? "CERT" : "KEY"} is missing: DIMSE over TLS needs both`);
  if (mutual && !ca) throw new Error("WILLIS_DIMSE_TLS_CA is missing: say who signs the certificates of callers");
  const read = (name: string, path: string): Promise<Buffer> =>
    readFile(path).catch((error: Error) => {
      throw new Error(`WILLIS_DIMSE_TLS_${name}: ${error.message}`);
    });
  return { key: await read("KEY", key), cert: await read("CERT", cert), ca: ca ? await read("CA", ca) : null, mutual };
}

/** BCP 195 (RFC 9325), which PS3.15 B.12 asks for: TLS 1.2 only with ephemeral keys and authenticated ciphers, or 1.3. */
export function tlsOptions(files: TlsFiles): SecureContextOptions {
  return {
    ...{ key: files.key, cert: files.cert, ...(files.ca ? { ca: files.ca } : {}) },
    ...{ minVersion: "TLSv1.2", honorCipherOrder: true },
    ciphers: [
      ...["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"],
      ...["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"],
      ...["ECDHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384", "DHE-RSA-AES128-GCM-SHA256"],
    ].join(":"),
  };
}

/** A listener, over TLS when there are files for it. `onSocket` gets connections whose handshake is done. */
export function dimseListener(files: TlsFiles | null, onSocket: (socket: Socket) => void): Server {
  if (!files) return createServer({ noDelay: true }, onSocket);
  const asked = { requestCert: files.mutual, rejectUnauthorized: files.mutual, handshakeTimeout: 15_000 };
  const server = createTlsServer({ ...tlsOptions(files), ...asked }, onSocket);
  server.on("connection", (socket: Socket) => socket.setNoDelay(true));
  server.on("tlsClientError", () => {}); // a caller without the right certificate: the connection is closed already
  return server;
}
