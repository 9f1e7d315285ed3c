// How a value of the configuration is called in messages: "server.http_port", "routes[1].path".

export type KeyPath = readonly PropertyKey[];

export function childKey(parent: string, step: PropertyKey): string {
  if (typeof step === "number") return `${parent}[${step}]`;
  return parent === "" ? String(step) : `${parent}.${String(step)}`;
}

export function keyText(path: KeyPath): string {
  return path.reduce(childKey, "");
}
