// A photo as the browser reads it: upright, and no larger than finding a road needs.

const MOST_PX = 3000;
const QUALITY = 0.92;

/** `{image, blob, width, height}`; null where the browser can't read the file as a picture. */
export async function readPhoto(file) {
  let whole;
  try {
    whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const scale = Math.min(1, MOST_PX / Math.max(whole.width, whole.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  return blob === null ? null : { image: canvas, blob, width: canvas.width, height: canvas.height };
}
