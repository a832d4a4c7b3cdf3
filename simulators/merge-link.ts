/**
 * Stands for Merge Link: the script that a page loads from Merge, `MergeLink.initialize` and `openLink`, a dialog in
 * which somebody chooses an HR system, and the public token that the page is given. The real one shows a frame; this one
 * a dialog of the page itself, so that a browser test can use it by its words.
 */
export const LINK_SCRIPT = `(() => {
  const base = new URL('.', document.currentScript.src).href;
  let wishes = null;
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const open = () => {
    const systems = element('select', { id: 'merge-link-system' });
    for (const name of ['BambooHR', 'HiBob', 'PeopleHR', 'Gusto']) systems.append(element('option', {}, name));
    const company = element('input', { id: 'merge-link-company', value: 'acme' });
    const link = element('button', { type: 'button' }, 'Link');
    const leave = element('button', { type: 'button' }, 'Leave');
    const dialog = element(
      'dialog',
      {},
      element('h2', {}, 'Merge Link (simulated)'),
      element('p', {}, 'Choose your HR system and sign in to it.'),
      element('p', {}, element('label', { htmlFor: systems.id }, 'HR system '), systems),
      element('p', {}, element('label', { htmlFor: company.id }, 'Company '), company),
      link,
      ' ',
      leave,
    );
    dialog.setAttribute('aria-label', 'Merge Link');
    link.addEventListener('click', async () => {
      const account = encodeURIComponent(company.value);
      const answer = await fetch(base + 'link/' + encodeURIComponent(wishes.linkToken) + '?account=' + account, { method: 'POST' });
      const body = await answer.json();
      dialog.close();
      dialog.remove();
      wishes.onSuccess(body.public_token ?? '', {});
    });
    const leaving = () => {
      dialog.remove();
      wishes.onExit?.();
    };
    leave.addEventListener('click', leaving);
    dialog.addEventListener('cancel', leaving);
    document.body.append(dialog);
    dialog.showModal();
  };
  window.MergeLink = {
    initialize(given) {
      wishes = given;
      given.onReady?.();
    },
    openLink: open,
  };
})();
`;
