// Started anew for every sample: how long the first import of a handler takes, clients and all. Prints milliseconds.
const [, , bundle] = process.argv;
const started = performance.now();
await import(bundle);
process.stdout.write(String(performance.now() - started));
process.exit(0);
