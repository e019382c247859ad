package dev.simoom.tensor;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One run of a program, for flight recordings; its kernels have events of their own. */
@Name("dev.simoom.Program")
@Label("Program")
@Category("Simoom")
@Description("One run of a compiled program, such as a training step")
@StackTrace(false)
final class ProgramEvent extends Event {
  private static final ProgramEvent ANY = new ProgramEvent();

  @Label("Kernels")
  @Description("Launches of kernels in the run")
  int kernels;

  /** Whether a recording wants them. */
  static boolean isRecorded() {
    return ANY.isEnabled();
  }
}
