/** Merge Link, as its script puts it into the page (docs.merge.dev, *Merge Link*). */
interface MergeLink {
  initialize(wishes: {
    linkToken: string;
    onReady: () => void;
    onSuccess: (publicToken: string) => void;
    onExit: () => void;
  }): void;
  openLink(): void;
}

declare global {
  interface Window {
    MergeLink?: MergeLink;
  }
}

/**
 * Opens the vendor's linking page.
 * @returns what it gave for the account, good for one use; null: somebody left it without linking.
 */
export async function openLinkingPage({
  linkToken,
  script,
}: {
  linkToken: string;
  script: string;
}): Promise<string | null> {
  await load(script);
  const link = window.MergeLink;
  if (link === undefined) throw new Error(`The linking page did not open: ${script} gave no script for it.`);
  return new Promise((resolve) => {
    // It tells that it is left after a success, too; by then the promise is kept.
    link.initialize({ linkToken, onReady: () => link.openLink(), onSuccess: resolve, onExit: () => resolve(null) });
  });
}

function load(address: string): Promise<void> {
  if (window.MergeLink !== undefined) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => {
      script.remove();
      reject(new Error(`The linking page cannot be reached at ${new URL(address).host}. Try again in a minute.`));
    });
    document.head.append(script);
  });
}
