import { useRef } from "react";
import { Button, type Look } from "../design/button.tsx";

/** Two ways in for those who do not drop: files or a zip, or a whole folder. */
export function PickFiles({
  onFiles,
  look = "plain",
}: {
  readonly onFiles: (files: File[]) => void;
  readonly look?: Look;
}) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement | null) => {
    if (!input?.files) return;
    onFiles([...input.files]);
    input.value = "";
  };
  return (
    <span className="line-up">
      <Button look={look} onPress={() => files.current?.click()}>
        <span className="only-wide">Choose files or a zip</span>
        <span className="only-phone">Add images</span>
      </Button>
      <Button look="quiet" onPress={() => folder.current?.click()}>
        Choose a folder
      </Button>
      <input ref={files} type="file" multiple hidden data-testid="images-input" onChange={() => take(files.current)} />
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        data-testid="images-folder"
        {...{ webkitdirectory: "" }}
        onChange={() => take(folder.current)}
      />
    </span>
  );
}
