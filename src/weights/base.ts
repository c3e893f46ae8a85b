/** Where a model lies, from what a reader or a host wrote: an address, a folder beside the page, or a Hugging Face repository. */
import { ManifestError } from '../errors.ts';

/** owner/name, and perhaps @revision: a branch, a tag or a commit. */
const REPOSITORY = /^([\w-][\w.-]*)\/([\w-][\w.-]*)(?:@([\w./-]+))?$/;

/**
 * An absolute URL with a slash at its end, in which weights-manifest.json lies. Two plain words with a slash between them
 * are a Hugging Face repository; a folder of two such words is written with ./ before it. Throws ManifestError.
 * @param home absolute URL that relative addresses start from
 */
export function baseOf(text: string, home: string): string {
  const written = text.trim();
  const [, owner, name, revision = 'main'] = REPOSITORY.exec(written) ?? [];
  if (owner && name) {
    const at = revision.split('/').map(encodeURIComponent).join('/');
    return `https://huggingface.co/${owner}/${name}/resolve/${at}/`;
  }
  const address = written.replace(/\/?(weights-manifest\.json)?$/, written ? '/' : '');
  const url = URL.canParse(address, home) ? new URL(address, home) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ManifestError(
      'unreachable',
      `"${written}" is no address of a model. Write an https address, or a Hugging Face repository as owner/name.`,
    );
  }
  return url.href;
}
