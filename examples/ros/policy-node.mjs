// A policy of your own for the cart-pole, in rclnodejs: one command an observation, which closes the loop in lockstep.
//
//   simgate bridge replace
//   node examples/ros/policy-node.mjs

import rclnodejs from "rclnodejs";

await rclnodejs.init();
const node = new rclnodejs.Node("my_policy");
const commands = node.createPublisher("std_msgs/msg/Float64MultiArray", "/cart_controller/commands");

node.createSubscription("sensor_msgs/msg/JointState", "/joint_states", ({ name, position, velocity }) => {
  const cart = name.indexOf("slider");
  const pole = name.indexOf("hinge");
  const force = 1.5 * position[cart] + 2.5 * velocity[cart] + 30 * position[pole] + 8 * velocity[pole];
  // A command type with a header (TwistStamped, JointTrajectory) bears the stamp of what it answers:
  //   header: { stamp: state.header.stamp }
  commands.publish({ layout: { dim: [], data_offset: 0 }, data: [force] });
});

node.spin();
