/**
 * As much of a browser's XMLHttpRequest over `fetch` as an unmodified DICOMweb client needs to run here. Every request is a
 * real one to a real server.
 */
export class XmlHttpRequest {
  responseType = "";
  response: unknown = null;
  readyState = 0;
  status = 0;
  withCredentials = false;
  readonly upload = {};
  onreadystatechange: (() => void) | null = null;
  onloadstart: (() => void) | null = null;
  onloadend: (() => void) | null = null;
  onprogress: (() => void) | null = null;
  #method = "GET";
  #url = "";
  readonly #headers = new Headers();
  #answer = new Headers();

  open(method: string, url: string): void {
    this.#method = method.toUpperCase();
    this.#url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.#headers.append(name, value);
  }
  getResponseHeader(name: string): string | null {
    return this.#answer.get(name);
  }
  getAllResponseHeaders(): string {
    return [...this.#answer].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  }
  send(body?: Uint8Array<ArrayBuffer>): void {
    this.onloadstart?.();
    void this.#run(body).finally(() => {
      this.readyState = 4;
      this.onreadystatechange?.();
      this.onloadend?.();
    });
  }
  async #run(body: Uint8Array<ArrayBuffer> | undefined): Promise<void> {
    const answer = await fetch(this.#url, { method: this.#method, headers: this.#headers, ...(body ? { body } : {}) });
    this.#answer = answer.headers;
    const bytes = await answer.arrayBuffer();
    const text = () => new TextDecoder().decode(bytes);
    this.response =
      this.responseType === "arraybuffer"
        ? bytes
        : this.responseType === "json"
          ? text() === ""
            ? null
            : JSON.parse(text())
          : text();
    this.status = answer.status;
  }
}
