import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./button.tsx";

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** The acts, the next one last. */
  readonly foot?: ReactNode;
  readonly wide?: boolean;
  readonly alert?: boolean;
  readonly "data-testid"?: string;
}

/** A sheet over the page; from the bottom on a phone. Escape and a touch outside close it unless it is an alert. */
export function Dialog({ title, isOpen, onClose, children, foot, wide = false, alert = false, ...rest }: DialogProps) {
  return (
    <ModalOverlay className="veil" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable={!alert}>
      <Modal className={`sheet ${wide ? "wide" : ""}`}>
        <AriaDialog className="dialog" role={alert ? "alertdialog" : "dialog"} data-testid={rest["data-testid"]}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button look="quiet" onPress={onClose} aria-label="Close">
              ✕
            </Button>
          </div>
          <div className="dialog-body">{children}</div>
          {foot ? <div className="dialog-foot">{foot}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
