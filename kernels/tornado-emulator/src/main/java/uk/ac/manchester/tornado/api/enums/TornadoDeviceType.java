package uk.ac.manchester.tornado.api.enums;

/** Kinds of devices. */
public enum TornadoDeviceType {
  /** Not known. */
  UNKNOWN,
  /** Whatever the driver prefers. */
  DEFAULT,
  /** A processor of the host. */
  CPU,
  /** A graphics processor. */
  GPU,
  /** Programmable gates. */
  FPGA,
  /** Another accelerator. */
  ACCELERATOR,
  /** A kind of the driver's own. */
  CUSTOM,
  /** All of them. */
  ALL
}
