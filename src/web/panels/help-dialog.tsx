import { NOT_A_DEVICE } from "../../core/index.ts";
import { Dialog } from "../design/dialog.tsx";
import { PAGE_KEYS } from "../keyboard.ts";

export function HelpDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" isOpen={isOpen} onClose={onClose}>
      <table>
        <tbody>
          {PAGE_KEYS.map(({ keys, does }) => (
            <tr key={keys}>
              <td className="nowrap">
                {keys.split("  ").map((key) => (
                  <kbd key={key} style={{ marginRight: 4 }}>
                    {key}
                  </kbd>
                ))}
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="sub">{NOT_A_DEVICE}</p>
    </Dialog>
  );
}
