declare module "pngjs" {
  export interface PngOptions {
    readonly width?: number;
    readonly height?: number;
    readonly colorType?: 0 | 2 | 4 | 6;
    readonly inputColorType?: 0 | 2 | 4 | 6;
    readonly inputHasAlpha?: boolean;
  }
  export class PNG {
    constructor(options?: PngOptions);
    width: number;
    height: number;
    data: Buffer;
    static readonly sync: { write(png: PNG, options?: PngOptions): Buffer; read(bytes: Buffer): PNG };
  }
}
