package dev.simoom.kernels.tornado.emulator;

/** A mistake that a kernel made while it ran. */
public final class KernelFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the kernel's name and what it did. */
  public KernelFault(String message) {
    super(message);
  }
}
