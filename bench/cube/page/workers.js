// Whether several web workers pay: each question asked of one worker that holds all segments, and of two or four
// at once that hold a share each. Their answers are waited for and not merged, which flatters several workers.

const QUESTIONS = ["q1", "q2", "q3", "q4", "q5"];
const COUNTS = [1, 2, 4];

export async function workers(count, measured) {
  const lengths = await (await fetch(`/segments/${count}.json`)).json();
  const bytes = new Uint8Array(await (await fetch(`/segments/${count}`)).arrayBuffer());
  let start = 0;
  const segments = lengths.map((length) => bytes.slice(start, (start += length)));
  const found = [];
  for (const several of COUNTS) found.push(await shared(several, segments, measured));
  return found;
}

async function shared(several, segments, measured) {
  const team = Array.from({ length: several }, () => new Worker("/worker.js", { type: "module" }));
  const all = (message) => Promise.all(team.map((worker, at) => answer(worker, message(at))));
  // By turns, so that each holds a share of every month.
  await all((at) => ({ segments: segments.filter((_, number) => number % several === at) }));
  const times = { workers: several, trip: await measured(() => all(() => ({ question: null }))) };
  for (const [question, name] of QUESTIONS.entries()) times[name] = await measured(() => all(() => ({ question })));
  for (const worker of team) worker.terminate();
  return times;
}

function answer(worker, message) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
}
