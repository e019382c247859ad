package uk.ac.manchester.tornado.api.enums;

/** Where a profile goes. */
public enum ProfilerMode {
  /** To the standard output. */
  CONSOLE,
  /** To those who ask for it. */
  SILENT
}
