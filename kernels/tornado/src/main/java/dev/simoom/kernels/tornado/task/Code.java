package dev.simoom.kernels.tornado.task;

import dev.simoom.kernels.LoopKernel;
import java.lang.classfile.CodeBuilder;
import java.util.List;
import java.util.Map;

/** The method that the work items of a task run. */
public sealed interface Code {
  /**
   * A static method written by hand: {@code (KernelContext, arrays..., scalars...)}.
   *
   * <p>It is copied into a class of its own with the scalars as constants and, where an array is an
   * argument twice, one parameter for both. A task may have more arrays than the method takes:
   * those that only a redirected call uses.
   *
   * @param owner class that holds it
   * @param method its name, which no other method of that class has
   * @param scalars Integer or Float, one for each parameter after the arrays
   * @param redirected static methods that the copy calls in the place of others of {@code owner},
   *     by the name of those; an array parameter takes the type of the array given to the task
   */
  record Template(
      Class<?> owner, String method, List<Object> scalars, Map<String, Redirect> redirected)
      implements Code {
    /** Copies the collections. */
    public Template {
      scalars = List.copyOf(scalars);
      redirected = Map.copyOf(redirected);
    }

    /** A template that is taken as it is. */
    public Template(Class<?> owner, String method, Object... scalars) {
      this(owner, method, List.of(scalars), Map.of());
    }
  }

  /** A method that is written when it is needed. */
  non-sealed interface Generated extends Code {
    /**
     * Writes the body of {@code (KernelContext, arrays...)}.
     *
     * @param code where to
     * @param parameters the distinct arrays of the task, in the order of the parameters
     */
    void write(CodeBuilder code, List<ArrayRef> parameters);
  }

  /** What a template calls instead of a method of its own. */
  sealed interface Redirect {
    /**
     * Another static method of the same parameters, but for the types of arrays.
     *
     * @param owner class that holds it
     * @param method its name
     */
    record ToMethod(Class<?> owner, String method) implements Redirect {}

    /**
     * An elementwise loop in the place of the store of one element: the method's parameters are
     * {@code (array, index, value, row, column)}, where row counts the loop's rows.
     *
     * @param loop the loop, whose first input is the value
     * @param inputs where its other inputs lie
     * @param outputs where its outputs lie
     * @param keep whether the value is stored too
     */
    record ToLoop(LoopKernel loop, List<Place> inputs, List<Place> outputs, boolean keep)
        implements Redirect {
      /** Copies the lists. */
      public ToLoop {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
      }
    }
  }
}
