/** Takes protobuf, gRPC and LMDB where they do not belong. */
@NullMarked
package dev.danta.archfixture.leak;

import org.jspecify.annotations.NullMarked;
