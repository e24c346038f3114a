/**
 * What an image, a series or a result lacks, said where it is shown: a stated limitation instead of a wrong number.
 * `code` is a stable kebab-case name that programs may rely on (`missing-slices`); `message` is a sentence for people with
 * the value that is wrong and what follows from it.
 */
export interface Limitation {
  readonly code: string;
  readonly message: string;
}
