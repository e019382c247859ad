package dev.simoom.kernels.tornado.codegen;

import dev.simoom.kernels.tornado.task.ArrayRef;
import dev.simoom.kernels.tornado.task.Code;
import dev.simoom.kernels.tornado.task.Task;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Writes the class of a task: a static method that the device's compiler takes, and an {@code
 * apply} that calls it, by which TornadoVM finds it.
 *
 * <p>A class is named by a digest of its content, so that equal tasks, of this run or another, have
 * one class.
 */
public final class KernelWriter {
  private static final String PACKAGE = "dev.simoom.generated";
  private static final int PUBLIC_STATIC = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
  private static final int DIGITS = 24;

  private final Task task;
  private final List<ArrayRef> parameters;

  private KernelWriter(Task task) {
    this.task = task;
    parameters = parameters(task);
  }

  /** The arrays that the class's method takes, in order: those of the task, each once. */
  public static List<ArrayRef> parameters(Task task) {
    return task.arrays().stream().distinct().toList();
  }

  /**
   * A class in the form of a class file.
   *
   * @param name its full name
   * @param bytes the class file
   */
  public record Written(String name, byte[] bytes) {}

  /** Writes the class of a task. */
  public static Written write(Task task) {
    KernelWriter writer = new KernelWriter(task);
    String name = PACKAGE + ".Kernel" + digest(writer.bytes(ClassDesc.of(PACKAGE, "Kernel")));
    return new Written(name, writer.bytes(ClassDesc.of(name)));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private byte[] bytes(ClassDesc self) {
    return ClassFile.of().build(self, type -> write(type, self));
  }

  private void write(ClassBuilder type, ClassDesc self) {
    String kernel = methodName(task);
    type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
    int arguments = 1 + parameters.size();
    type.withInterfaceSymbols(
        ClassDesc.of("uk.ac.manchester.tornado.api.common.TornadoFunctions")
            .nested("Task" + arguments));
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
    List<ClassDesc> objects = Collections.nCopies(arguments, ConstantDescs.CD_Object);
    type.withMethodBody(
        "apply",
        MethodTypeDesc.of(ConstantDescs.CD_void, objects),
        ClassFile.ACC_PUBLIC,
        code -> writeApply(code, self, kernel));
    type.withMethodBody(kernel, signature(), PUBLIC_STATIC, code -> writeKernel(code, self));
    if (task.code() instanceof Code.Template template) {
      for (Code.Redirect redirect : template.redirected().values()) {
        if (redirect instanceof Code.Redirect.ToLoop loop) {
          Epilogue epilogue = new Epilogue(loop, parameters);
          type.withMethodBody(Epilogue.NAME, epilogue.type(), PUBLIC_STATIC, epilogue::write);
        }
      }
    }
  }

  private MethodTypeDesc signature() {
    List<ClassDesc> types = new ArrayList<>();
    types.add(DeviceCode.CONTEXT);
    parameters.forEach(array -> types.add(DeviceCode.arrayClass(array.type())));
    return MethodTypeDesc.of(ConstantDescs.CD_void, types);
  }

  private void writeApply(CodeBuilder code, ClassDesc self, String kernel) {
    MethodTypeDesc signature = signature();
    for (int i = 0; i < signature.parameterCount(); i++) {
      code.aload(1 + i).checkcast(signature.parameterType(i));
    }
    code.invokestatic(self, kernel, signature).return_();
  }

  private void writeKernel(CodeBuilder code, ClassDesc self) {
    MethodTypeDesc signature = signature();
    for (int i = 0; i < signature.parameterCount(); i++) {
      String name = i == 0 ? "context" : "array" + i;
      // The device's compiler finds parameters by this table.
      code.localVariable(i, name, signature.parameterType(i), code.startLabel(), code.endLabel());
    }
    switch (task.code()) {
      case Code.Generated generated -> generated.write(code, parameters);
      case Code.Template template ->
          new TemplateCopy(template, self, task.arrays(), parameters).write(code);
    }
  }

  /** The task's name with what C takes as a name; with a word before it that C has no use for. */
  private static String methodName(Task task) {
    return "simoom_" + task.name().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
  }
}
