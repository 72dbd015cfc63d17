import { openRclnodejs } from "../../src/ros/rclnodejs.ts";
import { describeBesideFaults } from "./beside-faults.ts";
import { whyNoRos } from "./why-no-ros.ts";

describeBesideFaults("ROS 2", { open: openRclnodejs, skip: await whyNoRos() });
