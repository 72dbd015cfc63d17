#!/usr/bin/env python3
"""A policy of your own for the cart-pole, in rclpy: one command an observation, which closes the loop in lockstep.

    simgate bridge replace
    python3 examples/ros/policy_node.py
"""

import rclpy
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64MultiArray


class PolicyNode(Node):
    def __init__(self):
        super().__init__("my_policy")
        self.commands = self.create_publisher(Float64MultiArray, "/cart_controller/commands", 10)
        self.create_subscription(JointState, "/joint_states", self.act, 10)

    def act(self, state: JointState):
        position = dict(zip(state.name, state.position))
        velocity = dict(zip(state.name, state.velocity))
        force = (
            1.5 * position["slider"] + 2.5 * velocity["slider"] + 30 * position["hinge"] + 8 * velocity["hinge"]
        )
        # A command type with a header (TwistStamped, JointTrajectory) bears the stamp of what it answers:
        #   command.header.stamp = state.header.stamp
        self.commands.publish(Float64MultiArray(data=[force]))


def main():
    rclpy.init()
    try:
        rclpy.spin(PolicyNode())
    except (KeyboardInterrupt, rclpy.executors.ExternalShutdownException):
        pass


if __name__ == "__main__":
    main()
