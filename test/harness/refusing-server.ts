import {
  connect,
  createServer,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
} from 'node:http2';
import { once } from 'node:events';
import { pipeline } from 'node:stream';

/**
 * Stands before the Temporal server and answers the next calls of a method itself, with a status of gRPC as a server gives it
 * that is going, coming or overrun: such moments last milliseconds, and a killed server alone shows them once in hours.
 * Everything else goes through.
 */
export interface RefusingServer {
  readonly address: string;
  /** The next calls of the method are answered so, each with one. */
  refuse(method: string, ...statuses: readonly number[]): void;
  /** How many of those are left. */
  left(): number;
  close(): Promise<void>;
}

export async function startRefusingServer(target: string): Promise<RefusingServer> {
  const refusals: { method: string; status: number }[] = [];
  const sessions = new Set<ServerHttp2Session | ClientHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    const there = connect(`http://${target}`);
    for (const one of [session, there]) {
      sessions.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sessions.delete(one);
        session.destroy();
        there.destroy();
      });
    }
    session.on('stream', (stream, headers) => {
      const at = refusals.findIndex(({ method }) => headers[':path']?.endsWith(`/${method}`));
      const [refusal] = at < 0 ? [] : refusals.splice(at, 1);
      stream.on('error', () => undefined);
      if (refusal !== undefined) {
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(refusal.status) },
          { endStream: true },
        );
        return;
      }
      const onward = there.request({ ...headers, ':authority': target });
      onward.on('response', (answer) => stream.respond(answer, { waitForTrailers: !onward.readableEnded }));
      onward.on('trailers', (trailers: IncomingHttpHeaders) => {
        stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      });
      pipeline(stream, onward, () => undefined);
      pipeline(onward, stream, () => undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    refuse: (method, ...statuses) => void refusals.push(...statuses.map((status) => ({ method, status }))),
    left: () => refusals.length,
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
