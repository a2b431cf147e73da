// A file shared to the app from another one (`share_target` of the manifest): kept in a cache of its own
// until the import screen takes it, for a page cannot read the body of the request that opened it.
//
// The screen reads each entry of the cache "shared-files" (names in the header `x-file-name`, encoded
// with encodeURIComponent) and deletes it. Out of scope: what is in the file.

const CACHE = "shared-files";
const FIELD = "files";
const FILES_MAX = 20;

/** Keeps the shared files and leads to the import screen. */
export async function keepShared(request) {
  let kept = 0;
  try {
    const files = (await request.formData()).getAll(FIELD).filter((file) => file instanceof File);
    // What was shared before and never taken is not what is meant now.
    await caches.delete(CACHE);
    const cache = await caches.open(CACHE);
    for (const file of files.slice(0, FILES_MAX)) {
      const headers = {
        "content-type": file.type || "application/octet-stream",
        "content-length": String(file.size),
        "x-file-name": encodeURIComponent(file.name),
      };
      await cache.put(`/shared/${kept}`, new Response(file, { headers }));
      kept += 1;
    }
  } catch {
    // A full disk or a body cut short: the screen says that the file did not arrive.
    kept = 0;
  }
  return Response.redirect(`/import?shared=${kept > 0 ? 1 : 0}`, 303);
}
