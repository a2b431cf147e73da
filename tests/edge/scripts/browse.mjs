// Goes where a browser would, with its cookies, until it is sent to an address with a certain beginning, and says that
// address. Arguments: the first address, and the beginning.
const [first, beginning] = process.argv.slice(2);
const cookies = new Map();
let address = new URL(first);
for (let step = 0; !address.href.startsWith(beginning); step += 1) {
  if (step > 20) throw new Error(`lost at ${address}`);
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(address, { redirect: "manual", headers: { cookie } });
  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
    cookies.set(name, value);
  }
  const next = answer.headers.get("location");
  if (next === null) throw new Error(`${address} answers ${answer.status}: ${await answer.text()}`);
  address = new URL(next, address);
}
console.log(address.href);
