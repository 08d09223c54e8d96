// Puts the live figure, which this output keeps in an attribute, in the place of the picture that the output before it shows.
(() => {
const w = window, d = document;
w.tfsStored1 = w.tfsStored1 || (() => d.querySelectorAll('.tfs-stored[data-figure]').forEach(box => {
  const html = box.dataset.figure;
  box.removeAttribute('data-figure');
  box.replaceChildren(d.createRange().createContextualFragment(html));
  // Some hosts draw the picture later than what follows it.
  const hide = tries => {
    const picture = [...d.images].filter(i => box.compareDocumentPosition(i) & 2 && /^(data:image\/png|blob:)/.test(i.src)).pop();
    if (picture && picture.style.display != 'none') picture.style.display = 'none';
    else if (tries) setTimeout(hide, 300, tries - 1);
  };
  hide(10);
}));
w.tfsStored1();
// Some hosts run scripts before they attach the output.
setTimeout(w.tfsStored1);
})();
