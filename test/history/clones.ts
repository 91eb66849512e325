/** A server with a base branch and a pull request, and the clones that CI makes of it. */
import type { WantedCommits } from '../../src/history/commits.ts';
import { openRepository, type RepositoryOptions } from '../../src/history/git.ts';
import { makeRepository, type TestRepository } from '../repository.ts';

const repositories: TestRepository[] = [];
export function removeAll(): void {
  for (const repository of repositories.splice(0)) repository.remove();
}

export function made(repository: TestRepository): TestRepository {
  repositories.push(repository);
  return repository;
}

/** A server with a base branch of `length` commits, a branch from its `from`-th on, and their merge. */
export function server({ length = 6, from = 3, own = 2 } = {}) {
  const origin = made(makeRepository());
  const main = Array.from({ length }, (_, index) => origin.commit({ [`main${index}`]: 'x' }));
  const mergeBase = main[from - 1] ?? '';
  origin.git('checkout', '--quiet', '-b', 'topic', mergeBase);
  const topic = Array.from({ length: own }, (_, index) => origin.commit({ [`topic${index}`]: 'x' }));
  origin.git('checkout', '--quiet', '--detach', 'main');
  origin.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'topic');
  origin.git('update-ref', 'refs/pull/7/merge', 'HEAD');
  origin.git('checkout', '--quiet', 'main');
  return {
    origin,
    main,
    mergeBase,
    tip: main.at(-1) ?? '',
    topicTip: topic.at(-1) ?? '',
    merge: origin.git('rev-parse', 'refs/pull/7/merge'),
  };
}

/** What actions/checkout does: an empty repository, one ref fetched, checked out detached. */
export function checkout(
  origin: TestRepository,
  ref: string,
  to: string,
  depth: number | null = 1,
): TestRepository {
  const clone = made(makeRepository());
  clone.git('remote', 'add', 'origin', `file://${origin.directory}`);
  const how = depth === null ? [] : [`--depth=${depth}`];
  clone.git('fetch', '--quiet', '--no-tags', ...how, 'origin', `+${ref}:${to}`);
  clone.git('checkout', '--quiet', '--detach', to);
  return clone;
}

export async function commitsOf(directory: string, wanted: WantedCommits, options: RepositoryOptions = {}) {
  const repository = await openRepository(directory, options);
  return await repository.resolveCommits(wanted);
}
