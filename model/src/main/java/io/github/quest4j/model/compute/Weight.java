package io.github.quest4j.model.compute;

/**
 * A weight matrix or vector of the model, made usable by the backend; read where the model file is
 * mapped.
 */
public interface Weight {

  /** The tensor's name in the model file, for messages. */
  String name();

  /** Output values: rows of the matrix; 1 for a vector. */
  int rows();

  /** Input values: columns of the matrix. */
  int columns();

  /** Bytes that a decode product reads. */
  long bytes();
}
