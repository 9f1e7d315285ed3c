// What the listing's script uses of a browser, and no more. The DOM's own types would come with all
// its globals, for which nothing else in this project has any use.

export interface PageElement {
  id: string;
  hidden: boolean;
  disabled: boolean;
  checked: boolean;
  value: string | number;
  max: number;
  textContent: string | null;
  returnValue: string;
  open: boolean;
  readonly name: string;
  readonly isConnected: boolean;
  readonly dataset: Record<string, string | undefined>;
  readonly classList: {
    add(name: string): void;
    remove(name: string): void;
    toggle(name: string, isOn: boolean): void;
  };
  readonly files: ArrayLike<PageFile> | null;
  readonly content: { readonly firstElementChild: PageElement | null };
  readonly nextElementSibling: PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  contains(other: PageElement | null): boolean;
  cloneNode(isDeep: boolean): PageElement;
  append(child: PageElement): void;
  replaceWith(other: PageElement): void;
  removeAttribute(name: string): void;
  remove(): void;
  reset(): void;
  submit(): void;
  focus(): void;
  setSelectionRange(start: number, end: number): void;
  showModal(): void;
  close(answer?: string): void;
  addEventListener(
    type: string,
    act: (event: PageEvent) => void,
    options?: { once: boolean },
  ): void;
}

export interface PageEvent {
  readonly target: PageElement;
  readonly submitter: PageElement | null;
  readonly dataTransfer: Transfer | null;
  readonly clipboardData: Transfer | null;
  readonly relatedTarget: PageElement | null;
  preventDefault(): void;
}

export interface PageDocument {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  readonly activeElement: PageElement | null;
  querySelector(selector: string): PageElement | null;
  getElementById(id: string): PageElement | null;
  importNode(node: PageElement, isDeep: boolean): PageElement;
  addEventListener(type: string, act: (event: PageEvent) => void): void;
}

export interface PageFile extends Blob {
  readonly name: string;
  readonly lastModified: number;
  /** "folder/a.txt" when a folder was chosen, else "". */
  readonly webkitRelativePath: string;
}

export interface Transfer {
  readonly types: readonly string[];
  readonly files: ArrayLike<PageFile>;
  readonly items: ArrayLike<{ webkitGetAsEntry(): DroppedEntry | null }>;
}

/** A file or folder that was dropped: File and Directory Entries API. */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly name: string;
  file(found: (file: PageFile) => void, failed: (error: Error) => void): void;
  createReader(): {
    /** Some of what is left; none: that was all. */
    readEntries(
      found: (entries: readonly DroppedEntry[]) => void,
      failed: (e: Error) => void,
    ): void;
  };
}

/** XMLHttpRequest: fetch() does not tell how much of a body has been sent. */
export interface Sender {
  readonly status: number;
  readonly upload: { onprogress: ((event: { readonly loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob): void;
  abort(): void;
}
