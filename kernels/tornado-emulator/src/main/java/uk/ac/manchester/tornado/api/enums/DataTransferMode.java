package uk.ac.manchester.tornado.api.enums;

/** When data are copied between host and device. */
public final class DataTransferMode {
  /** Before the first execution only. */
  public static final int FIRST_EXECUTION = 0;

  /** Before or after every execution. */
  public static final int EVERY_EXECUTION = 1;

  /** When asked for. */
  public static final int UNDER_DEMAND = 2;

  private DataTransferMode() {}
}
