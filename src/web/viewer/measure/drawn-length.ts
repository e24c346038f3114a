import { annotation } from "@cornerstonejs/tools";
import { worldToPixel } from "../pane/image-place.ts";
import { frameOf } from "../pane/series-images.ts";

/** A length that was drawn on a frame: its image and both ends in pixels (middle of the first pixel is 0, 0). */
export interface DrawnLength {
  readonly imageId: string;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

interface Drawn {
  readonly annotationUID?: string;
  readonly metadata?: { readonly toolName?: string; readonly referencedImageId?: string };
  readonly data?: { readonly handles?: { readonly points?: readonly (readonly [number, number, number])[] } };
}

/** The length that is marked on an object, else the one drawn last; undefined when there is none. */
export function drawnLength(sopUid: string): DrawnLength | undefined {
  const all = (annotation.state.getAllAnnotations() as readonly Drawn[]).filter(
    ({ metadata }) =>
      /length/i.test(metadata?.toolName ?? "") && frameOf(metadata?.referencedImageId ?? "")?.sopUid === sopUid,
  );
  const marked = all.find(({ annotationUID }) => annotation.selection.isAnnotationSelected(annotationUID ?? ""));
  const one = marked ?? all.at(-1);
  const imageId = one?.metadata?.referencedImageId;
  const [a, b] = one?.data?.handles?.points ?? [];
  if (!imageId || !a || !b) return undefined;
  const plane = frameOf(imageId)?.plane ?? null;
  return { imageId, from: worldToPixel(plane, a), to: worldToPixel(plane, b) };
}
