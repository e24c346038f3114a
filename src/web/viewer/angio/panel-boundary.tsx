import { Component, type ReactNode } from "react";

interface Props {
  readonly name: string;
  readonly children: ReactNode;
}

/**
 * Keeps the run on the screen when one panel fails, as it does when the server has been brought up to date since this page
 * was opened: the panel then says so in its place.
 */
export class PanelBoundary extends Component<Props, { readonly failed: string | undefined }> {
  override state: { readonly failed: string | undefined } = { failed: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }

  override render() {
    const { failed } = this.state;
    if (failed === undefined) return this.props.children;
    const isOld = /dynamically imported|module script/i.test(failed);
    return (
      <section className="v-panel" role="alert" aria-label={this.props.name}>
        <p>
          {isOld
            ? `${this.props.name} could not be fetched: the network is down, or the server is newer than this page. What is kept is safe.`
            : `${this.props.name} stopped: ${failed}`}
        </p>
        <button type="button" onClick={() => (isOld ? window.location.reload() : this.setState({ failed: undefined }))}>
          {isOld ? "Load the page again" : "Try again"}
        </button>
      </section>
    );
  }
}
