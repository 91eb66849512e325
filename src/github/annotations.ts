/** Puts annotations beside lines, through the toolkit's escaping. */
import type { AnnotationProperties } from '@actions/core';
import type { Annotation } from '../report/annotations.ts';
import { safeLog } from './log.ts';

/** The part of @actions/core that annotates. */
export interface Annotator {
  error(message: string, properties?: AnnotationProperties): void;
  warning(message: string, properties?: AnnotationProperties): void;
  notice(message: string, properties?: AnnotationProperties): void;
}

export function emitAnnotations(core: Annotator, annotations: readonly Annotation[]): void {
  for (const { level, file, line, title, message } of annotations) {
    const place = file === null ? {} : { file, ...(line === null ? {} : { startLine: line }) };
    // The runner drops an annotation without text.
    core[level](safeLog(message) || safeLog(title), { title: safeLog(title), ...place });
  }
}
