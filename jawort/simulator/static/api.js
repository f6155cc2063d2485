// The control API and its stream of events, both about one number of the business.

let number = "";

/** From now on everything is about this number of the business. */
export const about = (id) => { number = id; };

/** One call, with JSON or a file; throws an Error with the simulator's sentence where it refuses. */
export async function call(method, path, body) {
  const query = number ? `${path.includes("?") ? "&" : "?"}number=${number}` : "";
  const answer = await fetch(`/__sim/${path}${query}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": body instanceof Blob ? body.type : "application/json" },
    body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
  });
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  return data;
}

export const digits = (phone) => phone.replace(/\D/g, "");

/** Calls `heard[name](data)` for every event that is not about another number, and `heard.link(open)` when the connection comes or goes. */
export function listen(heard) {
  const source = new EventSource("/__sim/events");
  source.addEventListener("open", () => heard.link(true));
  source.addEventListener("error", () => heard.link(false));
  for (const name of ["resync", "reset", "user", "message", "webhook", "clock", "faults", "send"]) {
    source.addEventListener(name, (event) => {
      const data = JSON.parse(event.data);
      if (!number || !data.number || data.number === number) heard[name](data);
    });
  }
}
