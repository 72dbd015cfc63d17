/** Takes MCAP files that are dropped anywhere on the page. */
export function onDroppedFile(take: (file: File) => void): void {
  const over = (inside: boolean): void => {
    document.body.classList.toggle("dropping", inside);
  };
  addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) over(false);
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) take(file);
  });
}
