package dev.simoom.kernels.tornado.emulator;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Code that can stop in the middle and go on later, on one thread.
 *
 * <p>Made of the JDK's own continuations, which virtual threads are made of too, but which leave it
 * to the caller when each goes on: a group of 256 work items passes a barrier in some microseconds.
 * They are internal to the JDK: the JVM needs {@code
 * --add-exports=java.base/jdk.internal.vm=ALL-UNNAMED}.
 */
final class Coroutine {
  private static final MethodHandle NEW;
  private static final MethodHandle RUN;
  private static final MethodHandle YIELD;
  private static final Object SCOPE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> scope = Class.forName("jdk.internal.vm.ContinuationScope");
      Class<?> type = Class.forName("jdk.internal.vm.Continuation");
      MethodType make = MethodType.methodType(void.class, scope, Runnable.class);
      SCOPE =
          lookup
              .findConstructor(scope, MethodType.methodType(void.class, String.class))
              .invoke("work item");
      NEW =
          lookup
              .findConstructor(type, make)
              .bindTo(SCOPE)
              .asType(MethodType.methodType(Object.class, Runnable.class));
      RUN =
          lookup
              .findVirtual(type, "run", MethodType.methodType(void.class))
              .asType(MethodType.methodType(void.class, Object.class));
      YIELD =
          lookup
              .findStatic(type, "yield", MethodType.methodType(boolean.class, scope))
              .bindTo(SCOPE);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "the emulator needs --add-exports=java.base/jdk.internal.vm=ALL-UNNAMED", e);
    } catch (Throwable e) {
      throw new IllegalStateException(
          "this JDK has no continuations as the emulator knows them", e);
    }
  }

  private final Object continuation;
  private boolean ended;

  Coroutine(Runnable code) {
    Runnable all =
        () -> {
          code.run();
          ended = true;
        };
    try {
      continuation = NEW.invokeExact(all);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Goes on until the code stops or ends. */
  void go() {
    try {
      RUN.invokeExact(continuation);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  boolean hasEnded() {
    return ended;
  }

  /** Stops the coroutine that runs. */
  static void stop() {
    try {
      boolean unused = (boolean) YIELD.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
  }
}
