package dev.simoom.kernels.tornado;

/** A kernel that does not compile for a device, or does not run there. */
final class KernelFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  KernelFailure(String kernel, Throwable cause) {
    super("kernel '" + kernel + "' does not compile: " + reason(cause), cause);
  }

  KernelFailure(OpenDevice device, String kernel, Throwable cause) {
    super("kernel '" + kernel + "' does not run on " + device + ": " + reason(cause), cause);
  }

  /** The innermost message's first line, without the escapes that colour it on a terminal. */
  private static String reason(Throwable thrown) {
    String message = Causes.innermost(thrown).getMessage();
    String text = String.valueOf(message).replaceAll("\\p{Cntrl}\\[\\d+m", "");
    return text.lines().filter(line -> !line.isBlank()).findFirst().orElse(text).strip();
  }
}
