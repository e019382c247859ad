package uk.ac.manchester.tornado.api.enums;

/** Kinds of backends. */
public enum TornadoVMBackendType {
  /** OpenCL C. */
  OPENCL,
  /** Apple's Metal. */
  METAL,
  /** NVIDIA's assembly language. */
  PTX,
  /** CUDA C. */
  CUDA,
  /** SPIR-V modules. */
  SPIRV,
  /** The JVM itself. */
  JAVA,
  /** No device behind it. */
  VIRTUAL
}
