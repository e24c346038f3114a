/**
 * Units as types that vanish at run time: `Seconds` refuses a `Milliseconds` and takes a plain literal.
 */
export type Seconds = number & { readonly unit?: "s" };
export type Milliseconds = number & { readonly unit?: "ms" };
export type Hours = number & { readonly unit?: "h" };
export type Millimetres = number & { readonly unit?: "mm" };
export type Millilitres = number & { readonly unit?: "mL" };
export type Hounsfield = number & { readonly unit?: "HU" };
export type Percent = number & { readonly unit?: "%" };
