/** Tells a screen reader what just changed. */
export function say(text: string): void {
  const place = document.getElementById("said");
  if (place !== null && place.textContent !== text) place.textContent = text;
}
