/**
 * Loaded before drizzle-kit and all that it starts: a schema needs no network, and one that opens a connection while
 * it is loaded gets an error at once instead of a server. Hygiene, no boundary: code that wants out gets out.
 */
'use strict';
const net = require('node:net');
const dns = require('node:dns');

function refusal() {
  return Object.assign(new Error('the gate gives a Drizzle schema no network'), { code: 'ECONNREFUSED' });
}

net.Socket.prototype.connect = function connect() {
  // Nobody listens: an error would end the process for a connection that nobody waits for.
  process.nextTick(() => this.destroy(this.listenerCount('error') > 0 ? refusal() : undefined));
  return this;
};

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveSrv', 'resolveTxt']) {
  dns[name] = (...given) => {
    const callback = given.at(-1);
    process.nextTick(() => callback(refusal()));
  };
  dns.promises[name] = async () => {
    throw refusal();
  };
}

require('node:module').syncBuiltinESMExports();

/** A pool that nobody waits for must not end drizzle-kit when it finds no server. */
process.on('unhandledRejection', (reason) => {
  let error = reason;
  for (let depth = 0; depth < 5 && error != null; depth += 1) {
    if (error.code === 'ECONNREFUSED') return;
    error = error.cause ?? error.errors?.[0];
  }
  throw reason;
});
