// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gradphoto::roster {

// The path of a photo of an identity card without what its file name says of the card (身份证, 正面, 反面,
// front...), so that the student's number or name is left. The side that a name tells is not believed: people
// take 正面 for either. Where nothing is left, or a camera's name, the folder stands for the file:
// 张三/正面.jpg is 张三.jpg.
std::string WithoutCardWords(std::string_view relative);

}  // namespace gradphoto::roster
