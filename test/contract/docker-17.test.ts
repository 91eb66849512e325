/** The contract on a server in a container, of an image of our own: where there is an engine. */
import { docker } from '../../src/database/adapters/docker/docker.ts';
import { engineReason, testImage } from '../docker/engine.ts';
import { freshProject } from '../server.ts';
import { contractOn } from './suite.ts';

contractOn('docker 17', async () => {
  const reason = await engineReason();
  if (reason !== null) return reason;
  const request = { ...freshProject, image: await testImage() };
  return docker(process.env).start(request);
});
