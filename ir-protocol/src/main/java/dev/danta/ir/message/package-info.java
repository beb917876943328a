/**
 * What clients and replicas say to each other, and the record that a replica keeps of a consensus operation. Bodies,
 * refusals, operations, questions and answers are opaque here: the layers above implement the marker interfaces.
 */
@NullMarked
package dev.danta.ir.message;

import org.jspecify.annotations.NullMarked;
